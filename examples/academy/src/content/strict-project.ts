import { code, note, text, type Workflow } from './course.js'

export const strictProject: Workflow = {
  id: 'strict-project',
  title: 'Set up a strict project',
  summary: 'From an empty folder to a program that is checked: four tasks to do on your own machine.',
  icon: '/icons/shield.svg',
  tasks: [
    {
      id: 'install',
      title: 'Install the compiler',
      blocks: [
        text('In an empty folder, make a package and add TypeScript to it, so that everybody gets the same version.'),
        { type: 'code', code: 'npm init -y\nnpm install --save-dev typescript @types/node', errors: [] },
      ],
    },
    {
      id: 'configure',
      title: 'Write a strict tsconfig',
      blocks: [
        text(
          '`strict` is the switch that makes the rest worthwhile. `noUncheckedIndexedAccess` adds the `undefined` that a list may hold at any place.',
        ),
        {
          type: 'code',
          code: `{
  "compilerOptions": {
    "target": "ES2023",
    "module": "NodeNext",
    "strict": true,
    "noUncheckedIndexedAccess": true,
    "noEmit": true
  },
  "include": ["src"]
}`,
          errors: [],
        },
      ],
    },
    {
      id: 'fail',
      title: 'See it fail',
      blocks: [
        text('Write this into `src/main.ts` and run `npx tsc`. It should refuse, since the list might be empty.'),
        code(
          `
function initial(names: string[]): string {
  return names[0].slice(0, 1)
}`,
          [2532],
        ),
      ],
    },
    {
      id: 'mend',
      title: 'Mend it',
      blocks: [
        text(
          'Think of the empty list, run `npx tsc` again, and hear nothing: that is the sound of a program in order.',
        ),
        code(`
function initial(names: string[]): string {
  return names[0]?.slice(0, 1) ?? '?'
}`),
        note('Put `"check": "tsc"` into the scripts of package.json and let your CI run it.'),
      ],
    },
  ],
}
