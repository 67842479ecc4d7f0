// How help is printed: required options say so, and each command shows the global options.
import { Help, type HelpConfiguration, type Option } from 'commander';

const standard = new Help();

export const HELP_FORMAT: HelpConfiguration = {
  showGlobalOptions: true,
  optionDescription: (option: Option) =>
    `${option.mandatory ? 'required: ' : ''}${standard.optionDescription(option)}`,
};
