/**
 * Sentences in the upper corner of the canvas: errors and offers with their actions, good news for a moment. The newest
 * two; older ones wait behind a button, so that the graph is seen.
 */
import { CircleAlert, CircleCheck, Info, X } from 'lucide-react'
import { useState } from 'react'
import { useStore } from 'zustand'
import type { Notice } from '../state/notices'
import { Prose } from '../ui/prose'
import { strings } from '../ui/strings'
import { useStores } from '../ui/stores'
import { translate } from '../ui/translate'

const words = strings.notices

const icons = { error: CircleAlert, info: CircleCheck, offer: Info, hint: Info }

/** How many are seen unasked. */
const most = 2

export function NoticeList() {
  const { notices } = useStores()
  const newestFirst = useStore(notices.store).toReversed()
  const [all, setAll] = useState(false)
  const waiting = newestFirst.slice(most)
  // Whoever has read them all sees the next ones two by two again.
  if (all && waiting.length === 0) setAll(false)
  return (
    <div className={all ? 'notices notices-all' : 'notices'} role="region" aria-label={words.region}>
      {(all ? newestFirst : newestFirst.slice(0, most)).map((notice) => (
        <NoticeCard key={notice.id} notice={notice} dismiss={() => notices.dismiss(notice.id)} />
      ))}
      {waiting.length > 0 && (
        <button
          type="button"
          className="button notices-more"
          data-kind={!all && waiting.some(({ kind }) => kind === 'error') ? 'error' : undefined}
          aria-expanded={all}
          onClick={() => setAll(!all)}
        >
          {all ? words.fewer : words.more(waiting.length)}
        </button>
      )}
    </div>
  )
}

function NoticeCard({ notice, dismiss }: { readonly notice: Notice; dismiss(): void }) {
  const Icon = icons[notice.kind]
  return (
    <div className="notice" data-kind={notice.kind} role={notice.kind === 'error' ? 'alert' : 'status'}>
      <Icon size={16} aria-hidden />
      <div className="notice-body">
        <p>
          <Prose text={translate(notice.message)} />
        </p>
        {notice.actions.length > 0 && (
          <div className="notice-actions">
            {notice.actions.map((action) => (
              <button
                key={action.label}
                type="button"
                className="button"
                onClick={() => {
                  dismiss()
                  action.run()
                }}
              >
                {action.label}
              </button>
            ))}
          </div>
        )}
      </div>
      <button
        type="button"
        className="button button-icon button-quiet"
        aria-label={words.dismiss}
        title={words.dismiss}
        onClick={dismiss}
      >
        <X size={15} aria-hidden />
      </button>
    </div>
  )
}
