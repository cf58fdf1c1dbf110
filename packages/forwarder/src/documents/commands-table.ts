import { listCommands } from '../commands/command-examples.ts'
import { createProgram } from '../commands/create-program.ts'
import { bareApp } from './bare-app.ts'

/** Every command of every forwarder with its arguments and options, as a Markdown table. */
export function commandsTable(): string {
  const rows = listCommands(createProgram(bareApp)).map(({ name, command }) => {
    const takes = command.registeredArguments.map((argument) => {
      const shown = `${argument.name()}${argument.variadic ? '…' : ''}`
      return argument.required ? `<${shown}>` : `[${shown}]`
    })
    const options = command.options.map(({ flags, description }) => `\`${flags}\`: ${description}`)
    const call = [name, ...takes].join(' ')
    return `| \`${call}\` | ${command.description()} | ${options.join('<br>') || '–'} |`
  })
  return ['| Command | Does | Options |', '|---|---|---|', ...rows, ''].join('\n')
}
