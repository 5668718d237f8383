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
      markMain(frontmatter.value.layout === 'home')
      // In the next frame the sidebar has marked the page, and opened its group.
      requestAnimationFrame(showInSidebar)
    }
    onMounted(() => watch(page, settle, { immediate: true, flush: 'post' }))
  },
} satisfies Theme

/** Says where the main part of the home page is: VitePress says so on all pages but that one. */
function markMain(isHome: boolean): void {
  const content = document.querySelector('#VPContent')
  if (isHome) content?.setAttribute('role', 'main')
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
