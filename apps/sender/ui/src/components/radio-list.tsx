import { type ReactNode, useId } from 'react'
import styles from './radio-list.module.css'

/** One choice of a {@link RadioList}. */
export interface RadioOption<Value extends string> {
  readonly value: Value
  readonly label: string
  /** One sentence below the label. */
  readonly description?: string
}

/** What a {@link RadioList} chooses from. */
export interface RadioListProps<Value extends string> {
  readonly legend: string
  /** Whether the legend is only read out. */
  readonly isLegendHidden?: boolean
  readonly options: readonly RadioOption<Value>[]
  readonly value: Value
  readonly onChange: (value: Value) => void
}

/** One of a few choices, all of which are seen; the browser's own radio buttons. Those with descriptions stand below one another. */
export function RadioList<Value extends string>(props: RadioListProps<Value>): ReactNode {
  const { legend, isLegendHidden = false, options, value, onChange } = props
  const name = useId()
  return (
    <fieldset className={styles.list}>
      <legend className={isLegendHidden ? 'visually-hidden' : styles.legend}>{legend}</legend>
      {options.map((option) => (
        <Choice
          key={option.value}
          name={name}
          option={option}
          isChosen={option.value === value}
          onChoose={() => onChange(option.value)}
        />
      ))}
    </fieldset>
  )
}

interface ChoiceProps {
  readonly name: string
  readonly option: RadioOption<string>
  readonly isChosen: boolean
  readonly onChoose: () => void
}

function Choice({ name, option, isChosen, onChoose }: ChoiceProps): ReactNode {
  const { label, description } = option
  const id = useId()
  return (
    <div className={styles.choice} data-described={description !== undefined || undefined}>
      <label className={styles.option}>
        <input
          type="radio"
          name={name}
          checked={isChosen}
          onChange={onChoose}
          aria-describedby={description === undefined ? undefined : id}
        />
        {label}
      </label>
      {description !== undefined && (
        <div id={id} className={styles.description}>
          {description}
        </div>
      )}
    </div>
  )
}
