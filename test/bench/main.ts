import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, type ApiObjectProps, App, Chart, Testing } from 'cdk8s';
import { Health, ProductionService } from 'cdk8s-production';

/**
 * What a service costs to construct and synthesize, beside the same objects written as plain `ApiObject`s of cdk8s:
 * the very JSON that the services rendered, made before the clock starts. Nothing is judged here; the table is to be read.
 */

const SIZES = [1, 100, 1000];
/** Odd, so that a median is a round that was; more for small sizes, which are over in no time. */
const ROUNDS: Readonly<Record<number, number>> = { 1: 101, 100: 11, 1000: 5 };
const VARIANTS = ['ours', 'raw'] as const;
type Variant = typeof VARIANTS[number];

interface Cost { readonly construct: number; readonly synth: number }

/** The services in one chart, as a user writes them. */
function ours(chart: Chart, size: number): void {
  for (let i = 0; i < size; i++) {
    new ProductionService(chart, `service-${i}`, {
      image: `registry.example.com/shop/service-${i}:1.4.2`, port: 8080, health: Health.http({ readiness: '/ready', liveness: '/live' }),
    });
  }
}

/** The JSON of each object, for each service. */
function rendered(size: number): ApiObjectProps[] {
  const chart = new Chart(new App({ outdir: 'never-written' }), 'shop', { namespace: 'shop' });
  ours(chart, size);
  return structuredClone(Testing.synth(chart)) as ApiObjectProps[];
}

function raw(chart: Chart, objects: readonly ApiObjectProps[]): void {
  objects.forEach((object, i) => new ApiObject(chart, `object-${i}`, object));
}

/** Milliseconds of CPU that the process has used: a clock would also count what else the machine does. */
function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function run(variant: Variant, size: number, objects: readonly ApiObjectProps[], outdir: string): { cost: Cost; app: App } {
  const started = cpuTime();
  const app = new App({ outdir });
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  if (variant === 'ours') {
    ours(chart, size);
  } else {
    raw(chart, objects);
  }
  const constructed = cpuTime();
  app.synth();
  return { cost: { construct: constructed - started, synth: cpuTime() - constructed }, app };
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
const total = ({ construct, synth }: Cost): number => construct + synth;

/** Rounds of both, in turn, so that a busy machine is busy for both. */
function measure(size: number, outdir: string): Record<Variant, Cost> {
  const objects = rendered(size);
  const costs: Record<Variant, Cost[]> = { ours: [], raw: [] };
  for (let round = -2; round < ROUNDS[size]!; round++) { // the first two warm up
    for (const variant of round % 2 === 0 ? VARIANTS : [...VARIANTS].reverse()) {
      globalThis.gc?.();
      const { cost } = run(variant, size, objects, outdir);
      if (round >= 0) { costs[variant].push(cost); }
    }
  }
  const medianOf = (list: readonly Cost[]): Cost => ({ construct: median(list.map(c => c.construct)) / size, synth: median(list.map(c => c.synth)) / size });
  return { ours: medianOf(costs.ours), raw: medianOf(costs.raw) };
}

/** Growth of a process's resident memory by one tree and its synthesis; the process is a new one, so that nothing older is in it. */
function memory(variant: Variant, size: number): number {
  const child = spawnSync(process.execPath, [...process.execArgv, __filename, 'memory', variant, String(size)], {
    encoding: 'utf8', input: variant === 'raw' ? JSON.stringify(rendered(size)) : '',
  });
  if (child.status !== 0) { throw new Error(child.stderr); }
  return Number(child.stdout) / size;
}

function measureMemory(variant: Variant, size: number, outdir: string): number {
  const input = readFileSync(0); // the objects of the raw variant, as text: they become objects after the first look at the memory
  run('ours', 1, [], outdir); // what is loaded and compiled once is no service's
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  const { app } = run(variant, size, variant === 'raw' ? JSON.parse(input.toString()) as ApiObjectProps[] : [], outdir);
  globalThis.gc?.();
  const grown = process.memoryUsage().rss - before;
  return app.charts.length === 1 ? grown : NaN; // the tree is alive until here
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)));
  return rows.map(row => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join('  ')).join('\n');
}

function main(outdir: string): void {
  const ms = (value: number): string => value.toFixed(3);
  measure(100, outdir); // compiled code of the small sizes is to be as warm as that of the large
  const costs = SIZES.map(size => ({ size, ...measure(size, outdir) }));
  const rows = costs.flatMap(({ size, ...both }) => VARIANTS.map(variant => [
    `${size} × ${variant}`, ms(both[variant].construct), ms(both[variant].synth), ms(total(both[variant])),
    variant === 'ours' ? (total(both.ours) / total(both.raw)).toFixed(2) : '',
    size === 1 ? '' : (memory(variant, size) / 1024).toFixed(0),
  ]));
  const growth = (variant: Variant): string => (total(costs[2]![variant]) / total(costs[1]![variant])).toFixed(2);
  process.stdout.write([
    'Per service: medians, milliseconds of CPU time; growth of resident memory in KiB. A service is 6 objects.',
    table([['services', 'construct', 'synth', 'together', 'times raw', 'memory'], ...rows]),
    `From 100 to 1,000 services, the cost of one grows by a factor of ${growth('ours')} (raw: ${growth('raw')}).`,
    '',
  ].join('\n'));
}

const outdir = mkdtempSync(join(tmpdir(), 'bench-'));
try {
  const [task, variant, size] = process.argv.slice(2);
  if (task === 'memory') {
    process.stdout.write(String(measureMemory(variant as Variant, Number(size), outdir)));
  } else {
    main(outdir);
  }
} finally {
  rmSync(outdir, { recursive: true });
}
