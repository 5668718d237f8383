import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { Gallery, type GalleryProps } from './gallery.js'

/** Renders the gallery as a server does. */
export function render(props: GalleryProps): string {
  return renderToString(createElement(Gallery, props))
}
