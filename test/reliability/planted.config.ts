import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { mergeConfig } from 'vitest/config'
import config from '../../vitest.config.js'
import { plants } from './plants.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const plant = plants[Number(process.env.MILEPOST_PLANT)]!

if (readFileSync(root + plant.file, 'utf8').split(plant.code).length !== 2)
  throw new Error(`${plant.file} does not have this once: ${plant.code}`)

/** Runs tests with a mistake in the code: the one whose place in the list is in `MILEPOST_PLANT`. */
export default mergeConfig(config, {
  root,
  plugins: [
    {
      name: 'plant',
      enforce: 'pre',
      transform: (code: string, id: string) =>
        id === root + plant.file ? code.replace(plant.code, () => plant.planted) : null,
    },
  ],
})
