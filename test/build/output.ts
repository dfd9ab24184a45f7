/** Reading what `npm run build` put into .output/, for the tests on it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const output = join(import.meta.dirname, '../../.output');

/** What the tests read of a built manifest. */
export interface BuiltManifest {
  readonly manifest_version: number;
  readonly name: string;
  readonly version: string;
  readonly default_locale: string;
  readonly icons: Readonly<Record<string, string>>;
  readonly permissions?: readonly string[];
  readonly host_permissions?: readonly string[];
  readonly optional_host_permissions: readonly string[];
  readonly optional_permissions?: readonly string[];
  readonly content_scripts?: readonly { readonly matches: readonly string[] }[];
  readonly content_security_policy: Readonly<Record<string, string>>;
  readonly web_accessible_resources?: readonly unknown[];
  readonly externally_connectable?: unknown;
  readonly action: { readonly default_popup: string };
  readonly options_ui: { readonly page: string; readonly open_in_tab: boolean };
  readonly background: {
    readonly service_worker?: string;
    readonly scripts?: readonly string[];
    readonly type: string;
  };
  readonly minimum_chrome_version?: string;
  readonly browser_specific_settings?: {
    readonly gecko: {
      readonly id: string;
      readonly strict_min_version: string;
      readonly data_collection_permissions: { readonly required: readonly string[] };
    };
  };
}

/** One built extension: its manifest and the bytes of every file, by the path inside it. */
export interface Built {
  readonly manifest: BuiltManifest;
  readonly files: ReadonlyMap<string, Buffer>;
}

/** Reads .output/<name>. Throws where nothing has been built. */
export function readBuilt(name: 'chrome-mv3' | 'firefox-mv3'): Built {
  const folder = join(output, name);
  if (!existsSync(folder)) throw new Error(`nothing is in .output/${name}: npm run build`);
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = new Map(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(folder.length + 1), readFileSync(path)];
    }),
  );
  return { manifest: JSON.parse(files.get('manifest.json')!.toString('utf8')) as BuiltManifest, files };
}
