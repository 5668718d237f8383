import { defineComponent, h, onBeforeUnmount, onMounted, ref } from 'vue'

/** Shows a React component of the gallery. It loads with the page that shows it, and in browsers only. */
export const Example = defineComponent({
  props: { of: { type: String, required: true } },
  setup(props) {
    const place = ref<HTMLElement>()
    let remove = (): void => {}
    // Without the condition the build would make all of it for servers too.
    if (import.meta.env.SSR) return () => h('div', { class: 'example vp-raw' })
    onMounted(async () => {
      const { mountExample } = await import('../../src/gallery/mount.js')
      if (place.value) remove = mountExample(place.value, props.of)
    })
    onBeforeUnmount(() => remove())
    return () => h('div', { class: 'example vp-raw', ref: place })
  },
})
