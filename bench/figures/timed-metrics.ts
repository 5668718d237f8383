import type { CatalogSpec } from '../catalogs.js'
import { type Study, studyOf } from '../study.js'
import { compareCatalogs } from './compare-catalogs.js'

const plain: CatalogSpec = { milestoneCount: 70, metricCount: 3 }
const timed: CatalogSpec = { milestoneCount: 1_400, metricCount: 70, kinds: 'timed' }
const figure = 'streaks and periods'

/** 50 streaks and 20 period metrics, of which two and one listen, against three plain metrics. */
export const timedMetrics: Study = studyOf(figure, lab =>
  compareCatalogs(lab, {
    figure,
    target: 0.8,
    unit: 'of the throughput with three plain metrics',
    measured: timed,
    base: plain,
  }),
)
