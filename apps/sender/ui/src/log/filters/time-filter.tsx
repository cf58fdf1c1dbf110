import { Menu } from '@base-ui/react/menu'
import { type ReactNode, useId, useState } from 'react'
import { strings } from '../../strings/index.ts'
import { CustomRangeDialog } from './custom-range-dialog.tsx'
import { describeTime } from './describe-filter.ts'
import { isRangePreset, rangePresets, type TimeRange } from './time-range.ts'
import menu from '../../components/menu.module.css'
import styles from './time-filter.module.css'

/** Which time is chosen. */
export interface TimeFilterProps {
  readonly time: TimeRange
  readonly onChange: (time: TimeRange) => void
}

const presets = Object.keys(rangePresets).filter(isRangePreset)

/** Chooses the time that the log is about: one that ends now, or any other. */
export function TimeFilter({ time, onChange }: TimeFilterProps): ReactNode {
  const [isCustomOpen, setIsCustomOpen] = useState(false)
  const labelId = useId()
  const valueId = useId()
  const { log } = strings
  const isCustom = time.since !== undefined || time.until !== undefined
  return (
    <div className={styles.field}>
      <span id={labelId} className={styles.label}>
        {log.filters.names.time}
      </span>
      <Menu.Root modal={false}>
        <Menu.Trigger className={styles.trigger} aria-labelledby={`${labelId} ${valueId}`}>
          <span id={valueId} className={styles.value}>
            {describeTime(time)}
          </span>
          <span aria-hidden="true" className={styles.icon}>
            ▾
          </span>
        </Menu.Trigger>
        <Menu.Portal>
          <Menu.Positioner align="start" sideOffset={4} className={menu.positioner}>
            <Menu.Popup className={menu.popup}>
              <Menu.RadioGroup
                value={isCustom ? 'custom' : (time.range ?? 'any')}
                onValueChange={(value: string) => onChange(isRangePreset(value) ? { range: value } : {})}
              >
                {(['any', ...presets] as const).map((value) => (
                  <Menu.RadioItem key={value} value={value} className={menu.item} closeOnClick>
                    {value === 'any' ? log.time.any : log.time.presets[value]}
                    <Menu.RadioItemIndicator aria-hidden="true">✓</Menu.RadioItemIndicator>
                  </Menu.RadioItem>
                ))}
              </Menu.RadioGroup>
              <Menu.Separator className={menu.separator} />
              <Menu.Item className={menu.item} onClick={() => setIsCustomOpen(true)}>
                {log.time.custom}
              </Menu.Item>
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
      {isCustomOpen && (
        <CustomRangeDialog
          time={time}
          onClose={() => setIsCustomOpen(false)}
          onApply={(time) => {
            setIsCustomOpen(false)
            onChange(time)
          }}
        />
      )}
    </div>
  )
}
