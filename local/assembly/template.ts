// The parts of a CloudFormation template that the local stack reads, and the reader of JSON files in a cloud assembly.
import { readFileSync } from 'node:fs';

export interface Resource {
  Type: string;
  Properties?: Record<string, unknown>;
  Condition?: string;
}

export interface Template {
  Resources: Record<string, Resource>;
  Outputs?: Record<string, { Value: unknown; Export?: { Name: unknown } }>;
}

export function readJson<T>(file: string): T {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch (cause) {
    throw new Error(`Cannot read ${file} as JSON. Is this the folder of a synthesised assembly?`, { cause });
  }
}
