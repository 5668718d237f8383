import fc from 'fast-check'
import { isLong } from './scale.js'

// Every run of `npm test` tries the same random cases, so that only a change of the code can turn it red. The long run
// tries new ones each time.
if (!isLong) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 20_261_129 })

// Loads nothing of the library where no path is asked for: most files need little of it.
if (process.env.MILEPOST_TEST_PATH) (await import('./record-path.js')).takePath()
