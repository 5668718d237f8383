import { Change } from '../../parts/change.js'
import { Field } from '../../parts/field.js'
import { useMeasuredMilestones } from '../../parts/measured.js'
import { type ManualAction, perform, rehearsedOf, subjectAfter, wordsOf } from './manual-action.js'
import { WhatFollows } from './what-follows.js'

type ManualActionDialogProps = {
  readonly userId: string
  readonly action: ManualAction | null
  readonly onClose: () => void
  readonly onChange: (action: ManualAction) => void
  /** Called if the user has no page any more, with the user to show in its place. */
  readonly onGone: (now: string | null) => void
}

/** Asks for a reason, shows the exact effect, and makes the change. */
export function ManualActionDialog({ userId, action, onClose, onChange, onGone }: ManualActionDialogProps) {
  const { title, confirm } = action ? wordsOf(action, userId) : { title: '', confirm: '' }
  const isHarmless = action !== null && ['award', 'pause', 'rename'].includes(action.action)
  return (
    <Change
      title={title}
      confirm={confirm}
      isOpen={action !== null}
      isDangerous={!isHarmless}
      onClose={onClose}
      {...(action?.action === 'erase' && { typed: userId })}
      run={async reason => {
        if (!action) return
        await perform(userId, action, reason)
        const now = subjectAfter(action, userId)
        if (now !== userId) onGone(now)
      }}
    >
      {action && <What userId={userId} action={action} onChange={onChange} />}
    </Change>
  )
}

type WhatProps = Pick<ManualActionDialogProps, 'userId' | 'onChange'> & { readonly action: ManualAction }

function What({ userId, action, onChange }: WhatProps) {
  const rehearsed = rehearsedOf(action)
  return (
    <>
      {action.action === 'award' && (
        <Which value={action.badgeId} onChange={badgeId => onChange({ action: 'award', badgeId })} />
      )}
      {action.action === 'pause' && <Days of={action} onChange={onChange} />}
      {action.action === 'merge' && (
        <OtherId
          label="Merge into"
          value={action.into}
          onChange={into => onChange({ action: 'merge', into })}
          lead={`Everything of ${userId} becomes that of the other user, and later calls for ${userId} count for it. Of two completions with one key, the earlier one stays. This cannot be reverted.`}
        />
      )}
      {action.action === 'rename' && (
        <OtherId
          label="New id"
          value={action.to}
          onChange={to => onChange({ action: 'rename', to })}
          lead={`Later calls for ${userId} count for the new id.`}
        />
      )}
      {rehearsed && <WhatFollows userId={userId} of={rehearsed} />}
    </>
  )
}

type OtherIdProps = {
  readonly label: string
  readonly lead: string
  readonly value: string
  readonly onChange: (id: string) => void
}

// Taken over when the field is left, so that a preview is not asked for with each letter.
function OtherId({ label, lead, value, onChange }: OtherIdProps) {
  return (
    <>
      <p>{lead}</p>
      <Field label={label}>
        {id => (
          <input
            id={id}
            className="input"
            autoComplete="off"
            spellCheck={false}
            required
            maxLength={255}
            defaultValue={value}
            onBlur={event => onChange(event.target.value)}
          />
        )}
      </Field>
    </>
  )
}

function Which({ value, onChange }: { value: string; onChange: (id: string) => void }) {
  const measured = useMeasuredMilestones()
  return (
    <Field label="Milestone">
      {id => (
        <select id={id} className="input" value={value} onChange={event => onChange(event.target.value)}>
          <option value="">Choose…</option>
          {measured.data?.milestones.map(milestone => (
            <option key={milestone.id} value={milestone.id}>
              {milestone.title}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

type Pausing = Extract<ManualAction, { action: 'pause' }>

function Days({ of, onChange }: { of: Pausing; onChange: (action: Pausing) => void }) {
  return (
    <>
      <p>
        These days do not break a streak and do not add to it, even if they have passed. They are days in the user’s own
        time zone.
      </p>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="First day">
          {id => (
            <input
              id={id}
              type="date"
              required
              className="input"
              value={of.firstDay}
              onChange={event => onChange({ ...of, firstDay: event.target.value })}
            />
          )}
        </Field>
        <Field label="Last day">
          {id => (
            <input
              id={id}
              type="date"
              required
              min={of.firstDay}
              className="input"
              value={of.lastDay}
              onChange={event => onChange({ ...of, lastDay: event.target.value })}
            />
          )}
        </Field>
      </div>
    </>
  )
}
