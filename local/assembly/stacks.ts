// The stacks of a cloud assembly, each with its template, its assets and the scope of its intrinsic functions.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { resolve, type Scope } from './intrinsics.ts';
import { identityOf } from './resource-names.ts';
import { type Resource, readJson, type Template } from './template.ts';

export interface Stack {
  name: string;
  scope: Scope;
  /** Folders of the zip assets, by the object key under which a deployment would upload them. */
  assetFolders: Map<string, string>;
  resourcesOf(...types: string[]): [logicalId: string, resource: Resource][];
}

interface Manifest {
  artifacts?: Record<string, Artifact>;
  missing?: { provider: string }[];
}

interface Artifact {
  type: string;
  properties?: { templateFile?: string; stackName?: string; directoryName?: string };
}

interface AssetManifest {
  files: Record<
    string,
    { source: { path: string; packaging: string }; destinations: Record<string, { objectKey: string }> }
  >;
}

export interface Place {
  region: string;
  accountId: string;
}

export function readStacks(assemblyFolder: string, place: Place): Stack[] {
  const manifest = readJson<Manifest>(join(assemblyFolder, 'manifest.json'));
  if (manifest.missing?.length) {
    const lookUps = manifest.missing.map((lookUp) => lookUp.provider).join(', ');
    throw new Error(`The assembly needs look-ups in an AWS account (${lookUps}); the local stack has none.`);
  }
  const stacks: Stack[] = [];
  for (const [id, { type, properties }] of Object.entries(manifest.artifacts ?? {})) {
    if (type === 'cdk:cloud-assembly' && properties?.directoryName) {
      stacks.push(...readStacks(join(assemblyFolder, properties.directoryName), place));
    }
    if (type === 'aws:cloudformation:stack' && properties?.templateFile) {
      stacks.push(
        readStack(assemblyFolder, id, properties.templateFile, properties.stackName ?? id, place, stacks),
      );
    }
  }
  return stacks;
}

function readStack(
  assemblyFolder: string,
  artifactId: string,
  templateFile: string,
  name: string,
  place: Place,
  siblings: Stack[],
): Stack {
  const template = readJson<Template>(join(assemblyFolder, templateFile));
  refuseConditions(name, template);
  const identity = (logicalId: string) => {
    const resource = template.Resources[logicalId];
    if (resource === undefined) {
      throw new Error(`Stack ${name} refers to ${logicalId}, which it does not contain.`);
    }
    return identityOf(logicalId, resource, scope);
  };
  const scope: Scope = {
    stackName: name,
    ...place,
    template,
    refOf: (logicalId) => identity(logicalId).ref,
    attributeOf(logicalId, attribute) {
      const value = identity(logicalId).attributes[attribute];
      if (value !== undefined) {
        return value;
      }
      throw new Error(`The local stack has no ${attribute} of ${logicalId} in stack ${name}.`);
    },
    exportOf: (exportName) => exportedValue(exportName, siblings),
  };
  return {
    name,
    scope,
    assetFolders: readAssetFolders(assemblyFolder, artifactId),
    resourcesOf: (...types) =>
      Object.entries(template.Resources).filter(([, { Type }]) => types.includes(Type)),
  };
}

function refuseConditions(stackName: string, { Resources }: Template): void {
  for (const [logicalId, { Condition }] of Object.entries(Resources)) {
    if (Condition !== undefined) {
      throw new Error(
        `${logicalId}: the local stack evaluates no conditions, and cannot tell whether stack ${stackName} has it under ${Condition}. Decide in the CDK app instead.`,
      );
    }
  }
}

function exportedValue(name: string, stacks: Stack[]): unknown {
  for (const { scope } of stacks) {
    for (const { Value, Export } of Object.values(scope.template.Outputs ?? {})) {
      if (Export !== undefined && resolve(Export.Name, scope) === name) {
        return resolve(Value, scope);
      }
    }
  }
  throw new Error(`No stack of the assembly exports ${name}.`);
}

function readAssetFolders(assemblyFolder: string, artifactId: string): Map<string, string> {
  const folders = new Map<string, string>();
  const file = join(assemblyFolder, `${artifactId}.assets.json`);
  if (!existsSync(file)) {
    return folders;
  }
  for (const { source, destinations } of Object.values(readJson<AssetManifest>(file).files)) {
    if (source.packaging !== 'zip') {
      continue;
    }
    for (const { objectKey } of Object.values(destinations)) {
      folders.set(objectKey, join(assemblyFolder, source.path));
    }
  }
  return folders;
}
