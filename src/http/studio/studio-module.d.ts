// `#studio-files` in package.json: the output of scripts/build-studio.mjs.
declare module '#studio-files' {
  export const files: readonly (readonly [name: string, content: string])[]
}
