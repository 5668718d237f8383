import { type Change, changedFile, newFile } from './change.js'
import { type Driver, filesIn, type Project } from './project.js'

const lines = '# The embedded database of Milepost\n.milepost\n.milepost.lock\n'

/** Plans that git ignores the embedded database; without a .gitignore also what is installed and built. */
export function ignoreEdit(project: Project, driver: Driver): readonly Change[] {
  const { folder } = project
  if (driver !== 'pglite') return []
  if (!filesIn(project, '').includes('.gitignore')) {
    const text = ['node_modules', ...builtFolders(project), '', lines].join('\n')
    return [newFile(folder, '.gitignore', text)]
  }
  return [
    changedFile(folder, '.gitignore', text => {
      if (/^\/?\.milepost\b/m.test(text)) return text
      return text === '' ? lines : `${text}${text.endsWith('\n') ? '' : '\n'}\n${lines}`
    }),
  ]
}

function builtFolders({ framework, isTypeScript, manifest, compiler }: Project): readonly string[] {
  if (framework === 'next') return ['.next', 'next-env.d.ts']
  if (framework === 'sveltekit') return ['.svelte-kit', 'build']
  const outDir = compiler.outDir ?? 'dist'
  const isBuilt = isTypeScript || manifest.scripts?.build !== undefined
  // A folder outside of the project, or the project itself.
  return isBuilt && !outDir.startsWith('.') ? [outDir] : []
}
