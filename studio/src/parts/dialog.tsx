import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import { type ReactNode, useRef } from 'react'

type DialogProps = {
  readonly title: string
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly children: ReactNode
}

/**
 * A dialog over the page. Escape or a click outside closes it. While it fades out it shows what it showed last, whatever its page
 * has read since.
 */
export function Dialog({ title, isOpen, onClose, children }: DialogProps) {
  const shown = useRef({ title, children })
  if (isOpen) shown.current = { title, children }
  return (
    <Base.Root open={isOpen} onOpenChange={open => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-black/40 transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Popup className="fixed top-[8dvh] left-1/2 z-50 flex max-h-[84dvh] w-[min(32rem,calc(100vw-2rem))] -translate-x-1/2 flex-col overflow-auto rounded-xl border border-n5 bg-n2 p-5 text-n10 shadow-high transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0">
          <div className="mb-3 flex items-start gap-2">
            <Base.Title className="flex-1 text-base font-semibold">{shown.current.title}</Base.Title>
            <Base.Close aria-label="Close" className="button button-plain -mt-1 -mr-2 w-8 px-0">
              <X aria-hidden className="size-4" />
            </Base.Close>
          </div>
          {shown.current.children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
