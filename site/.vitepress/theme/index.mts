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
    onMounted(() =>
      watch(page, () => markMain(frontmatter.value.layout === 'home'), { immediate: true, flush: 'post' }),
    )
  },
} satisfies Theme

/** Says where the main part of the home page is: VitePress says so on all pages but that one. */
function markMain(isHome: boolean): void {
  const content = document.querySelector('#VPContent')
  if (isHome) content?.setAttribute('role', 'main')
  else content?.removeAttribute('role')
}
