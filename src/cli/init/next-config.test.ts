import { expect, test } from 'vitest'
import { withExternalPglite } from './next-config.js'

test.each([
  [
    'import type { NextConfig } from "next";\n\nconst nextConfig: NextConfig = {\n  /* config options here */\n};\n\nexport default nextConfig;\n',
    'const nextConfig: NextConfig = {\n  serverExternalPackages: ["@electric-sql/pglite"],\n  /* config options here */\n};',
  ],
  [
    "/** @type {import('next').NextConfig} */\nconst nextConfig = {};\n",
    "const nextConfig = {\n  serverExternalPackages: ['@electric-sql/pglite'],\n};",
  ],
  [
    'export default {\n  reactStrictMode: true,\n}\n',
    "export default {\n  serverExternalPackages: ['@electric-sql/pglite'],\n  reactStrictMode",
  ],
])('%j gets the line', (source, expected) => {
  expect(withExternalPglite(source)).toContain(expected)
})

test('it is added once, and not beside another list', () => {
  const once = withExternalPglite('export default {}')!
  expect(withExternalPglite(once)).toBe(once)
  expect(withExternalPglite("export default { serverExternalPackages: ['sharp'] }")).toBeNull()
  expect(withExternalPglite('export default withMdx(config)')).toBeNull()
})
