import { quotedName } from '../database/host-table.js'
import { badgeLiteral, type FollowedMapping, type MappedColumns, mappedColumns } from './followed-mapping.js'
import type { FollowedTable } from './followed-table.js'

/** What the statements of a follow are made of. */
export type FollowPlan = {
  readonly id: number
  readonly table: FollowedTable
  readonly mapping: FollowedMapping
  /** Milepost's schema. */
  readonly schema: string
}

/** The statements of a follow, as they are shown and sent. */
export type FollowStatements = {
  /** The body of the function that the triggers call. */
  readonly body: string
  readonly follow: readonly string[]
  readonly unfollow: readonly string[]
}

/** Writes the function and the triggers that follow a table. @throws INPUT_INVALID if a column cannot be used */
export function followStatements(plan: FollowPlan): FollowStatements {
  const { table, mapping, schema } = plan
  const { inserts, deletes } = triggerNames(schema)
  const body = bodyOf(plan)
  const name = functionName(plan)
  return {
    body,
    follow: [
      // SECURITY DEFINER: the role of the app may have no rights on Milepost's tables. Nobody else may use it in a trigger.
      `CREATE OR REPLACE FUNCTION ${name}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $follow$${body}$follow$`,
      `REVOKE ALL ON FUNCTION ${name}() FROM PUBLIC`,
      ...dropTriggers(schema, table.name),
      triggerText(plan, inserts, 'INSERT'),
      ...(mapping.deletes ? [triggerText(plan, deletes, 'DELETE')] : []),
    ],
    unfollow: [...dropTriggers(schema, table.name), dropFunction(plan)],
  }
}

function dropTriggers(schema: string, table: string): readonly string[] {
  const { inserts, deletes } = triggerNames(schema)
  return [inserts, deletes].map(name => `DROP TRIGGER IF EXISTS ${name} ON ${table}`)
}

/** Writes what removes the function of a follow. */
export function dropFunction(plan: Pick<FollowPlan, 'schema' | 'id'>): string {
  return `DROP FUNCTION IF EXISTS ${functionName(plan)}()`
}

/** Returns the name of the function that the triggers of a follow call. */
export function functionName({ schema, id }: Pick<FollowPlan, 'schema' | 'id'>): string {
  return `${quotedName(schema)}."follow_${id}"`
}

function triggerNames(schema: string): { readonly inserts: string; readonly deletes: string } {
  const name = schema.slice(0, 40)
  return { inserts: quotedName(`${name}_follow`), deletes: quotedName(`${name}_follow_deletes`) }
}

// Rows of a partition arrive there and not in the table above it, so that only a trigger for each row sees them all.
function triggerText(plan: FollowPlan, name: string, event: 'INSERT' | 'DELETE'): string {
  const { table } = plan
  const rows = event === 'INSERT' ? 'NEW TABLE AS new_rows' : 'OLD TABLE AS old_rows'
  const each = table.isPartitioned ? 'FOR EACH ROW' : `REFERENCING ${rows} FOR EACH STATEMENT`
  return `CREATE TRIGGER ${name} AFTER ${event} ON ${table.name} ${each} EXECUTE FUNCTION ${functionName(plan)}()`
}

function bodyOf(plan: FollowPlan): string {
  const { table, mapping, schema } = plan
  const columns = mappedColumns(table, mapping, quotedName(schema))
  return `\n${table.isPartitioned ? rowBody(plan, columns) : statementBody(plan, columns)}\n`
}

// Sessions keep plans. This names the table, so that they plan again after the type of a column was changed.
function rowBody(plan: FollowPlan, columns: MappedColumns): string {
  const row = (name: 'NEW' | 'OLD'): string =>
    `(SELECT ${name}.* WHERE NOT EXISTS (SELECT FROM ${plan.table.name} WHERE false))`
  return `BEGIN
${onDelete(plan, columns, row('OLD'), '1')}  BEGIN
    ${eachRow(plan, columns, row('NEW'))}
  EXCEPTION WHEN OTHERS THEN
    ${refusal(plan, '1')}
  END;
  RETURN NULL;
END`
}

function statementBody(plan: FollowPlan, columns: MappedColumns): string {
  return `DECLARE
  brought_at constant timestamptz := clock_timestamp();
BEGIN
${onDelete(plan, columns, 'old_rows', '(SELECT count(*) FROM old_rows)')}  BEGIN
    ${allRows(plan, columns)}
  EXCEPTION WHEN OTHERS THEN
    -- A row that cannot be brought must not keep the others back.
    BEGIN
      ${eachRow(plan, columns, 'new_rows')}
    EXCEPTION WHEN OTHERS THEN
      ${refusal(plan, '(SELECT count(*) FROM new_rows)')}
    END;
  END;
  RETURN NULL;
END`
}

function mappedRows(columns: MappedColumns, source: string): string {
  const { userId, category, itemKey, completedAt, metadata } = columns
  return `SELECT ${userId} AS user_id, ${category} AS category, ${itemKey} AS item_key,
        ${completedAt} AS completed_at, ${metadata} AS metadata FROM ${source} AS host_row`
}

const inOrder = 'ORDER BY user_id COLLATE "C", category COLLATE "C", item_key COLLATE "C"'

// Keys are inserted in order, so that statements that insert the same ones do not wait for each other in a circle.
function allRows({ id, mapping, schema }: FollowPlan, columns: MappedColumns): string {
  const own = quotedName(schema)
  return `WITH mapped AS (
      ${mappedRows(columns, 'new_rows')}
    ), checked AS MATERIALIZED (
      SELECT m.*, ${own}."follow_problem"(user_id, category, item_key, completed_at, metadata, ${mapping.badges}) AS problem FROM mapped AS m
    ), brought AS (
      INSERT INTO ${own}."user_progress" (user_id, category, item_key, metadata, completed_at, recorded_at)
      SELECT user_id, category, item_key, CASE WHEN category = ${badgeLiteral} THEN metadata - 'awardedBy' ELSE metadata END,
        least(date_trunc('milliseconds', completed_at), brought_at), brought_at
      FROM checked WHERE problem IS NULL ${inOrder}, completed_at
      ON CONFLICT DO NOTHING RETURNING user_id, category, item_key
    ), noted AS (
      INSERT INTO ${own}."followed_changes" (user_id, follow_id, change, category, item_key, changed_at)
      SELECT user_id, ${id}, 'brought', category, item_key, brought_at FROM brought
    )${mapping.deletes ? againRows(id, own) : ''}
    INSERT INTO ${own}."follow_refusals" (follow_id, problem, row_count, refused_at)
    SELECT ${id}, problem, count(*), brought_at FROM checked
    WHERE problem <> 'left out' GROUP BY problem;`
}

// The completion is still there until its undo is counted, and is stored again after that.
function againRows(id: number, own: string): string {
  return `, again AS (
      INSERT INTO ${own}."followed_changes" (user_id, follow_id, change, category, item_key, metadata, completed_at, changed_at)
      SELECT user_id, ${id}, 'inserted-again', category, item_key, metadata,
        least(date_trunc('milliseconds', completed_at), brought_at), brought_at
      FROM checked AS c WHERE problem IS NULL AND category <> ${badgeLiteral}
        AND NOT EXISTS (SELECT FROM brought AS b WHERE (b.user_id, b.category, b.item_key) = (c.user_id, c.category, c.item_key))
        AND EXISTS (SELECT FROM ${own}."followed_changes" AS f WHERE f.user_id = c.user_id AND f.category = c.category
          AND f.item_key = c.item_key AND f.change = 'deleted')
    )`
}

function eachRow({ id, mapping, schema }: FollowPlan, columns: MappedColumns, source: string): string {
  return `PERFORM ${quotedName(schema)}."follow_row"(${id}, user_id, category, item_key, completed_at, metadata, ${mapping.badges}, ${mapping.deletes})
      FROM (SELECT * FROM (${mappedRows(columns, source)}) AS m ${inOrder}, completed_at) AS mapped;`
}

function refusal({ id, schema }: FollowPlan, rowCount: string): string {
  return `PERFORM ${quotedName(schema)}."follow_refuse"(${id}, 'was not brought: ' || SQLERRM || ' (' || SQLSTATE || ')', ${rowCount});`
}

// An import that has read a row may store it only after the row was deleted: while one is under way, every row is noted.
function onDelete(plan: FollowPlan, columns: MappedColumns, source: string, rowCount: string): string {
  const { id, mapping, schema } = plan
  if (!mapping.deletes) return ''
  const own = quotedName(schema)
  const noteDeleted = `INSERT INTO ${own}."followed_changes" (user_id, follow_id, change, category, item_key, changed_at)`
  return `  IF TG_OP = 'DELETE' THEN
    BEGIN
      ${noteDeleted}
      SELECT mapped.user_id, ${id}, 'deleted', mapped.category, mapped.item_key, clock_timestamp() FROM (
        ${mappedRows(columns, source)}
      ) AS mapped LEFT JOIN ${own}."user_progress" AS p USING (user_id, category, item_key)
      WHERE mapped.category <> ${badgeLiteral} AND (p.recorded_at IS NOT NULL OR (mapped.user_id, mapped.item_key) IS NOT NULL
        AND EXISTS (SELECT FROM ${own}."follows" AS f WHERE f.id = ${id} AND f.imported_after IS NOT NULL));
    EXCEPTION WHEN OTHERS THEN
      -- A cluster takes only statements about one user here.
      DECLARE
        gone record;
      BEGIN
        FOR gone IN SELECT * FROM (${mappedRows(columns, source)}) AS m WHERE category <> ${badgeLiteral} LOOP
          IF EXISTS (SELECT FROM ${own}."user_progress" AS p
              WHERE p.user_id = gone.user_id AND p.category = gone.category AND p.item_key = gone.item_key) THEN
            ${noteDeleted}
            VALUES (gone.user_id, ${id}, 'deleted', gone.category, gone.item_key, clock_timestamp());
          END IF;
        END LOOP;
      EXCEPTION WHEN OTHERS THEN
        ${refusal(plan, rowCount)}
      END;
    END;
    RETURN NULL;
  END IF;
`
}
