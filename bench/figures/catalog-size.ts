import type { CatalogSpec } from '../catalogs.js'
import { type Study, studyOf } from '../study.js'
import { compareCatalogs } from './compare-catalogs.js'

const small: CatalogSpec = { milestoneCount: 10, metricCount: 3 }
const large: CatalogSpec = { milestoneCount: 2_000, metricCount: 200 }
const figure = '2,000 milestones'

/** 2,000 milestones over 200 metrics, 3 of which listen, against 10 milestones. */
export const catalogSize: Study = studyOf(figure, lab =>
  compareCatalogs(lab, {
    figure,
    target: 0.9,
    unit: 'of the throughput with 10 milestones',
    measured: large,
    base: small,
  }),
)
