import type { ReactNode } from 'react'
import { api } from '../api.js'
import { useLearner } from '../learner.js'
import { useLoaded } from '../load.js'
import { useAct } from '../parts/act.js'
import { Blocks } from '../parts/blocks.js'
import { SignIn } from '../parts/sign-in.js'
import { Failure, States } from '../parts/states.js'
import { useTitle } from '../router.js'

/** A project: tasks to do by oneself, in any order. */
export function ProjectPage({ params: [id = ''] }: { readonly params: readonly string[] }): ReactNode {
  const learner = useLearner()
  const project = useLoaded(`project ${id} ${learner?.userId}`, () => api.workflow(id))
  const finish = useAct((taskId: string) => api.finishTask(id, taskId))
  useTitle(project.value?.card.title ?? '')
  return (
    <div className="page narrow">
      <States of={project} rows={8}>
        {({ card, tasks }) => (
          <>
            <p className="faint">Project</p>
            <h1>{card.title}</h1>
            <p className="lead">{card.summary}</p>
            {!learner && <SignIn />}
            <ol className="tasks">
              {card.tasks.map(({ id: taskId, title, isDone }) => (
                <li key={taskId} data-done={isDone || undefined}>
                  <h2>{title}</h2>
                  <Blocks blocks={tasks.find(task => task.id === taskId)!.blocks} />
                  {learner && (
                    <button
                      type="button"
                      className="quiet"
                      disabled={isDone || finish.isBusy}
                      onClick={() => finish.run(taskId)}
                    >
                      {isDone ? 'Done' : 'I have done this'}
                    </button>
                  )}
                </li>
              ))}
            </ol>
            {finish.error && <Failure error={finish.error} />}
            {card.isFinished && <p className="lead">All done: your project is checked, and stays so.</p>}
          </>
        )}
      </States>
    </div>
  )
}
