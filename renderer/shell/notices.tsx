/** Sentences in the upper corner of the canvas: errors and offers with their actions, good news for a moment. */
import { CircleAlert, CircleCheck, Info, X } from 'lucide-react'
import { useStore } from 'zustand'
import type { Notice } from '../state/notices'
import { Prose } from '../ui/prose'
import { strings } from '../ui/strings'
import { useStores } from '../ui/stores'
import { translate } from '../ui/translate'

const icons = { error: CircleAlert, info: CircleCheck, offer: Info, hint: Info }

export function NoticeList() {
  const { notices } = useStores()
  const shown = useStore(notices.store)
  return (
    <div className="notices" role="region" aria-label={strings.notices.region}>
      {shown.map((notice) => (
        <NoticeCard key={notice.id} notice={notice} dismiss={() => notices.dismiss(notice.id)} />
      ))}
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
        aria-label={strings.notices.dismiss}
        title={strings.notices.dismiss}
        onClick={dismiss}
      >
        <X size={15} aria-hidden />
      </button>
    </div>
  )
}
