import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** The version of React that a page runs on. */
export type ReactVersion = 18 | 19

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Makes one script of a file of this folder and all that it imports, on a version of React. */
export async function bundleWith(version: ReactVersion, entry: string, platform: 'browser' | 'node'): Promise<string> {
  const from = version === 18 ? `${root}test/react-18/node_modules/` : `${root}node_modules/`
  const { outputFiles } = await build({
    entryPoints: [`${root}test/react/${entry}`],
    bundle: true,
    // Half the work of a browser that reads it; names stay, for what React says of its components.
    minifyWhitespace: true,
    write: false,
    jsx: 'automatic',
    format: platform === 'node' ? 'cjs' : 'esm',
    platform,
    alias: { react: `${from}react`, 'react-dom': `${from}react-dom` },
    // In development, React tells on the console where what a server rendered does not fit.
    define: { 'process.env.NODE_ENV': '"development"' },
    logLevel: 'silent',
  })
  return outputFiles[0]!.text
}
