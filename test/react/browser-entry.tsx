import { createElement } from 'react'
import { flushSync } from 'react-dom'
import { createRoot, hydrateRoot, type Root } from 'react-dom/client'
import { Gallery, type GalleryProps } from './gallery.js'

type Asked = GalleryProps & { readonly isRendered?: boolean }

const place = document.querySelector('#app')!
const { isRendered, ...props } = JSON.parse(document.querySelector('#asked')!.textContent!) as Asked
const gallery = createElement(Gallery, props)
const root = isRendered ? hydrateRoot(place, gallery) : rootWith(gallery)

let turnCount = 0
/** Shows another gallery in place of the one that is there. */
function turnGallery(next: GalleryProps, dir: 'ltr' | 'rtl'): void {
  document.documentElement.dir = dir
  flushSync(() => root.render(createElement(Gallery, { ...next, key: ++turnCount })))
}
Object.assign(window, { turnGallery })

function rootWith(shown: typeof gallery): Root {
  const made = createRoot(place)
  made.render(shown)
  return made
}
