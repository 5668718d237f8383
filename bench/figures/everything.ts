import type { CatalogSpec } from '../catalogs.js'
import { type Study, studyOf } from '../study.js'
import { compareCatalogs } from './compare-catalogs.js'

const plain: CatalogSpec = { milestoneCount: 70, metricCount: 23 }
const full: CatalogSpec = { ...plain, kinds: 'everything' }
const figure = 'a catalog that uses everything'

/** Every kind of metric, points, coins and boards, 3 metrics listening, against as many counts, of which 3 listen. */
export const wholeCatalog: Study = studyOf(figure, lab =>
  compareCatalogs(lab, {
    figure,
    target: 0.7,
    unit: 'of the throughput with plain counts',
    measured: full,
    base: plain,
  }),
)
