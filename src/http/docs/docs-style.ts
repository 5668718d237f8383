/** The style of the API page, in light and dark, on narrow screens and on paper. */
export const docsStyle: string = `
:root { color-scheme: light dark; --ink: #1c2024; --soft: #5b636b; --line: #dfe3e6; --page: #fff; --card: #f8f9fa; --link: #0b5cad; --get: #1b6e3a; --post: #0b5cad; --put: #8a5200; --delete: #a8271f }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8ea; --soft: #a0a8b0; --line: #33393f; --page: #14171a; --card: #1c2024; --link: #7ab8f5; --get: #6fcf8f; --post: #7ab8f5; --put: #e8b25c; --delete: #f08b84 } }
* { box-sizing: border-box }
body { margin: 0; font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--page) }
main, header { max-width: 60rem; margin: 0 auto; padding: 0 1.25rem }
header { padding-top: 2.5rem }
h1 { margin: 0 0 .25rem; font-size: 2rem; line-height: 1.2 }
h2 { margin: 2.5rem 0 .75rem; font-size: 1.3rem }
h3 { margin: 1.25rem 0 .4rem; font-size: .95rem }
p { margin: .4rem 0; max-width: 46rem }
a { color: var(--link) }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: 1rem 0 }
.soft { color: var(--soft) }
details { margin: .5rem 0; border: 1px solid var(--line); border-radius: .5rem; background: var(--card) }
summary { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem .75rem; padding: .6rem .9rem; cursor: pointer }
summary:focus-visible, a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px }
details > div { padding: 0 .9rem .9rem; border-top: 1px solid var(--line) }
code, pre { font: .875rem/1.5 ui-monospace, monospace; overflow-wrap: anywhere }
pre { margin: .4rem 0; padding: .75rem; overflow-x: auto; white-space: pre-wrap; border: 1px solid var(--line); border-radius: .4rem; background: var(--page) }
.method { min-width: 4rem; font-weight: 700 }
.get { color: var(--get) } .post { color: var(--post) } .put { color: var(--put) } .delete { color: var(--delete) }
table { width: 100%; border-collapse: collapse; font-size: .9rem }
th, td { padding: .35rem .5rem .35rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line) }
td:first-child code, td:first-child { white-space: nowrap }
footer { max-width: 60rem; margin: 3rem auto 2rem; padding: 0 1.25rem }
`
