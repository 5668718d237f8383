// `#studio-files` in package.json: what scripts/build-studio.mjs makes of Studio.
declare module '#studio-files' {
  export const files: readonly (readonly [name: string, content: string])[]
}
