import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { extname } from 'node:path'
import type { ImportSource } from '../service/import/import-source.js'
import { failure, usageError } from './failure.js'

/** A file of rows, and how many bytes of it were read. The number of rows is not known in advance. */
export type ImportFile = {
  readonly source: ImportSource
  readonly byteCount: number
  readonly readCount: () => number
}

/** Opens a file of rows, by its extension. @throws USAGE, FILE_UNREADABLE */
export async function openImportFile(path: string, delimiter: string | undefined): Promise<ImportFile> {
  const format = formatOf(path)
  const byteCount = await sizeOf(path)
  let readCount = 0
  const pieces = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) {
      readCount += chunk.length
      yield chunk
    }
  }
  const source = format === 'csv' ? { csv: pieces(), ...(delimiter && { delimiter }) } : { ndjson: pieces() }
  return { source, byteCount, readCount: () => readCount }
}

function formatOf(path: string): 'csv' | 'ndjson' {
  const ending = extname(path).toLowerCase()
  if (ending === '.csv') return 'csv'
  if (ending === '.ndjson' || ending === '.jsonl') return 'ndjson'
  throw usageError(`${path} is not in a supported format.`, 'Use a .csv, .ndjson or .jsonl file.')
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (error) {
    throw failure('FILE_UNREADABLE', `${path} cannot be read: ${(error as Error).message}.`)
  }
}
