import { Link } from '@tanstack/react-router'
import { CircleCheck, CircleDashed } from 'lucide-react'
import { createContext, useContext } from 'react'
import type { Answered } from '../api.js'
import { count, counted } from '../words.js'
import { Bar } from './bar.js'
import { Moment } from './moment.js'
import { detailsOf, type Requirement } from './requirement.js'

type Explanation = Answered<'explain'>
type Node = Explanation['requirement']
type Metric = Extract<Node, { counted: unknown }>
type Points = Extract<Node, { gains: unknown }>
type Milestones = Extract<Node, { milestones: unknown }>
type Completion = Metric['counted']['latest'][number]

/** Whether to show bars next to numbers. Off if the badge can no longer be earned. */
export const HasBars = createContext(true)

/** An explanation part by part: what holds, how far it is, and the completions behind every number. */
export function ExplainedTree({ node }: { node: Node }) {
  if ('parts' in node) {
    return (
      <div>
        <Head node={node} />
        <ul className="mt-1 ml-2 border-l border-n6">
          {node.parts.map((part, i) => (
            <li
              // biome-ignore lint/suspicious/noArrayIndexKey: parts have no name and do not move
              key={i}
              className="relative py-1.5 pl-5 before:absolute before:top-4.5 before:left-0 before:h-px before:w-3.5 before:bg-n6"
            >
              <ExplainedTree node={part} />
            </li>
          ))}
        </ul>
      </div>
    )
  }
  if ('counted' in node) return <MetricPart node={node} />
  if ('gains' in node) return <PointsPart node={node} />
  return <MilestonesPart node={node as Milestones} />
}

function Head({ node }: { node: Node }) {
  const { holds, current, target, text } = node
  const Icon = holds ? CircleCheck : CircleDashed
  const hasBar = useContext(HasBars)
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <span className="flex items-center gap-2 font-medium">
        <Icon aria-hidden className={`size-4 shrink-0 ${holds ? 'text-accent' : 'text-n7'}`} />
        <span className="sr-only">{holds ? 'Met:' : 'Not met yet:'}</span>
        {text}
      </span>
      <span className="flex items-center gap-2 text-n8">
        {hasBar && <Bar share={target > 0 ? current / target : 1} />}
        {'parts' in node && `${count(Math.min(current, target))} of ${count(target)}`}
      </span>
    </div>
  )
}

function freezesText({ held, used, nextIn }: Freezes): string {
  const next = nextIn === null ? '' : `, the next after ${count(nextIn)} more`
  return `Freezes: ${count(held)} left, ${count(used)} used${next}.`
}

type Freezes = NonNullable<NonNullable<Metric['streak']>['freezes']>

function MetricPart({ node }: { node: Metric }) {
  const { counted: rests, notCounted, streak, present } = node
  return (
    <div className="flex flex-col gap-1">
      <Head node={node} />
      <div className="ml-6 flex flex-col gap-1 text-n8">
        {detailsOf(node.requirement as Requirement).map(detail => (
          <code key={detail} className="font-mono text-xs">
            {detail}
          </code>
        ))}
        {present && present.current !== node.current && <p>Now: {present.text}.</p>}
        {streak && (
          <p>
            Current streak: {count(streak.current)}, best: {count(streak.best)}
            {streak.endsAt && (
              <>
                ; it ends <Moment at={streak.endsAt} />
              </>
            )}
            .
          </p>
        )}
        {streak?.freezes && <p>{freezesText(streak.freezes)}</p>}
        {rests.count > 0 && (
          <Completions
            summary={`${counted(rests.count, 'completion')} counted`}
            of={withDeciding(rests)}
            total={rests.count}
          />
        )}
        {notCounted.count > 0 && (
          <Completions
            summary={`${counted(notCounted.count, 'completion')} did not count: ${reasonsOf(notCounted.countByReason)}`}
            of={notCounted.latest}
            total={notCounted.count}
          />
        )}
        {rests.count + notCounted.count === 0 && <p>No completions in this category yet.</p>}
      </div>
    </div>
  )
}

type Shown = Completion & { readonly mark?: string; readonly reason?: string }

function withDeciding({ latest, deciding }: Metric['counted']): readonly Shown[] {
  const isDeciding = (each: Completion): boolean =>
    each.category === deciding?.category && each.itemKey === deciding?.itemKey
  const marked = latest.map(each => (isDeciding(each) ? { ...each, mark: 'decided' } : each))
  return deciding && !latest.some(isDeciding) ? [{ ...deciding, mark: 'decided' }, ...marked] : marked
}

function Completions({ summary, of, total }: { summary: string; of: readonly Shown[]; total: number }) {
  return (
    <details>
      <summary className="w-fit hover:text-n10">{summary}</summary>
      <ol className="mt-1 mb-2 flex flex-col divide-y divide-n4 rounded-md border border-n5">
        {of.map(({ category, itemKey, day, amount, mark, reason, completedAt }) => (
          <li key={`${category} ${itemKey}`} className="flex flex-wrap items-center gap-x-3 px-3 py-1">
            <span className="min-w-0 flex-1 basis-24 text-n10">
              <span className="text-n8">{category}</span> {itemKey}
            </span>
            {mark && <span className="tag text-accent">{mark}</span>}
            {reason ? (
              <span className="tag">{reason.replaceAll('-', ' ')}</span>
            ) : (
              amount !== 1 && <span>{count(amount)}</span>
            )}
            <time dateTime={completedAt} title={completedAt}>
              {day}
            </time>
          </li>
        ))}
        {of.length < total && (
          <li className="px-3 py-1 text-xs">
            Latest {count(of.length)} of {count(total)}.
          </li>
        )}
      </ol>
    </details>
  )
}

function reasonsOf(counts: Metric['notCounted']['countByReason']): string {
  return Object.entries(counts)
    .map(([reason, value]) => `${count(value ?? 0)} ${reason.replaceAll('-', ' ')}`)
    .join(', ')
}

function PointsPart({ node }: { node: Points }) {
  const { gains, pointsText } = node
  return (
    <div className="flex flex-col gap-1">
      <Head node={node} />
      <div className="ml-6 text-n8">
        <p>
          {pointsText}: {count(gains.badgePoints)} from badges, {count(gains.completionPoints)} from completions
          {gains.adjustedPoints !== 0 && `, ${count(gains.adjustedPoints)} adjusted manually`}.
        </p>
        {gains.count > 0 && (
          <details>
            <summary className="w-fit hover:text-n10">The biggest of {counted(gains.count, 'gain')}</summary>
            <ol className="mt-1 divide-y divide-n4 rounded-md border border-n5">
              {gains.biggest.map(({ category, itemKey, points: gained, at }) => (
                <li key={`${category} ${itemKey} ${at}`} className="flex flex-wrap gap-x-3 px-3 py-1">
                  <span className="min-w-0 flex-1 basis-24 text-n10">{itemKey}</span>
                  <span>+{count(gained)}</span>
                  <Moment at={at} />
                </li>
              ))}
            </ol>
          </details>
        )}
        {gains.cut.count > 0 && (
          <p>
            {counted(gains.cut.count, 'completion')} gave less than offered: {cutReasonsOf(gains.cut.countByReason)}.
          </p>
        )}
        {gains.boosted.count > 0 && <p>{counted(gains.boosted.count, 'completion')} had a boost.</p>}
      </div>
    </div>
  )
}

const cutReasons = {
  cap: 'over the limit',
  cooldown: 'within the cooldown',
  once: 'of something that gave points before',
  'not-better': 'not better than before',
} as const

function cutReasonsOf(counts: Points['gains']['cut']['countByReason']): string {
  return Object.entries(counts)
    .map(([reason, value]) => `${count(value ?? 0)} ${cutReasons[reason as keyof typeof cutReasons]}`)
    .join(', ')
}

function MilestonesPart({ node }: { node: Milestones }) {
  const { milestones } = node
  return (
    <div className="flex flex-col gap-1">
      <Head node={node} />
      <ul className="ml-6 flex flex-wrap gap-1.5">
        {milestones.map(({ id, title, isHeld }) => (
          <li key={id}>
            {id === null ? (
              <span className="tag">hidden</span>
            ) : (
              <Link to="." search={previous => ({ ...previous, milestone: id })} className="tag hover:bg-n3">
                {isHeld ? (
                  <CircleCheck aria-hidden className="size-3 text-accent" />
                ) : (
                  <CircleDashed aria-hidden className="size-3" />
                )}
                {title ?? id}
                <span className="sr-only">{isHeld ? ', held' : ', not held'}</span>
              </Link>
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}

/** Shows the next step towards the badge. */
export function NextStep({ step }: { step: NonNullable<Explanation['nextStep']> }) {
  return (
    <p className="rounded-lg bg-accent-soft p-3">
      <span className="font-medium">Next: </span>
      {step.text}
    </p>
  )
}
