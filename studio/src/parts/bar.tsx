/** A share as a bar. Write the number next to it. */
export function Bar({ share }: { share: number }) {
  return (
    <svg
      data-part="bar"
      viewBox="0 0 64 4"
      className="h-1 w-16 shrink-0 rounded-sm text-accent-mark"
      aria-hidden
      preserveAspectRatio="none"
    >
      <rect width="64" height="4" className="fill-n4" />
      <rect width={Math.min(1, share) * 64} height="4" fill="currentColor" />
    </svg>
  )
}
