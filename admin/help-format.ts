// The format of help: marks required options, and shows the global options for each command.
import { Help, type HelpConfiguration, type Option } from 'commander';

const standard = new Help();

export const HELP_FORMAT: HelpConfiguration = {
  showGlobalOptions: true,
  optionDescription: (option: Option) =>
    `${option.mandatory ? 'required: ' : ''}${standard.optionDescription(option)}`,
};
