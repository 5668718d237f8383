const blockSize = 512
const folderType = '5'

/** A file or folder of a tar. */
export type TarEntry = {
  /** Relative to the root, without a leading slash. */
  readonly path: string
  readonly isFolder: boolean
  /** A view of the tar, not a copy; empty for a folder. */
  readonly data: Uint8Array
}

/** Lists the entries of a tar (ustar, with names of at most 100 bytes), in order. */
export function entriesOf(tar: Buffer): TarEntry[] {
  const entries: TarEntry[] = []
  let at = 0
  while (at < tar.length && tar[at] !== 0) {
    const size = Number.parseInt(textAt(tar, at + 124, 12), 8)
    const start = at + blockSize
    entries.push({
      path: textAt(tar, at, 100).replace(/^\/+/, ''),
      isFolder: textAt(tar, at + 156, 1) === folderType,
      data: new Uint8Array(tar.buffer, tar.byteOffset + start, size),
    })
    at = start + Math.ceil(size / blockSize) * blockSize
  }
  return entries
}

/** Reads a text field, which ends at its full length or at an earlier NUL. */
function textAt(tar: Buffer, start: number, length: number): string {
  const end = tar.indexOf(0, start)
  return tar.toString('latin1', start, end < 0 ? start + length : Math.min(end, start + length))
}
