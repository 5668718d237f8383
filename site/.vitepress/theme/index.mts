/// <reference types="vitepress/client" />
import { type Theme, useData } from 'vitepress'
import theme from 'vitepress/theme-without-fonts'
import { onMounted, watch } from 'vue'
import { Example } from './example.mjs'
import './style.css'

export default {
  extends: theme,
  enhanceApp: ({ app }) => void app.component('Example', Example),
  setup: () => {
    const { page, frontmatter } = useData()
    const settle = (): void => {
      markMain(frontmatter.value.layout === 'home' || page.value.isNotFound === true)
      // In the next frame the sidebar has marked the page, and opened its group.
      requestAnimationFrame(showInSidebar)
    }
    onMounted(() => watch(page, settle, { immediate: true, flush: 'post' }))
  },
} satisfies Theme

/** Says where the main part of a page is: VitePress says so on all pages but the home page and the one for wrong addresses. */
function markMain(isUnmarked: boolean): void {
  const content = document.querySelector('#VPContent')
  if (isUnmarked) content?.setAttribute('role', 'main')
  else content?.removeAttribute('role')
}

/** Scrolls the sidebar to the page that is open, unless it is in view there. */
function showInSidebar(): void {
  const sidebar = document.querySelector('.VPSidebar')
  const place = [...document.querySelectorAll('.VPSidebarItem.is-active > .item')].at(-1)
  if (sidebar === null || place === undefined) return
  const { top, bottom, height } = sidebar.getBoundingClientRect()
  const own = place.getBoundingClientRect()
  if (own.top < top || own.bottom > bottom) sidebar.scrollTop += own.top - top - height / 3
}
