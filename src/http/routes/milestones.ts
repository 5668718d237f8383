import type { Handlers } from '../calls.js'
import { pageAfter } from '../paging.js'
import type { ServerContext } from '../server-context.js'

/** Answers what is about no user. */
export function milestoneHandlers({ service }: ServerContext): Handlers<'listMilestones'> {
  return {
    listMilestones: ({ query: { locale, ...page } }) => {
      const listed = service.getAllMilestones({ locale }).map((milestone, i) => ({ milestone, key: String(i) }))
      const { items, next } = pageAfter(listed, page, ({ key }) => key)
      return { milestones: items.map(({ milestone }) => milestone), next }
    },
  }
}
