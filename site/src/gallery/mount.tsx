import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { MilepostProvider } from '../../../src/react.js'
import '../../../src/react/react.css'
import { client, examples } from './examples.js'

/** Shows an example in an element, and returns what takes it away. */
export function mountExample(place: HTMLElement, name: string): () => void {
  const Example = examples[name]
  if (Example === undefined) throw new TypeError(`The gallery has no example ${name}.`)
  const root = createRoot(place)
  root.render(
    <MilepostProvider client={client} userId="ann" live={false}>
      {createElement(Example)}
    </MilepostProvider>,
  )
  return () => root.unmount()
}
