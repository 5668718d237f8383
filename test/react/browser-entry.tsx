import { createElement } from 'react'
import { createRoot, hydrateRoot } from 'react-dom/client'
import { Gallery, type GalleryProps } from './gallery.js'

type Asked = GalleryProps & { readonly isRendered?: boolean }

const place = document.querySelector('#app')!
const { isRendered, ...props } = JSON.parse(document.querySelector('#asked')!.textContent!) as Asked
const gallery = createElement(Gallery, props)
if (isRendered) hydrateRoot(place, gallery)
else createRoot(place).render(gallery)
