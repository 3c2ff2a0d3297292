import { statusPaint } from './account.ts';
import type { Palette } from './palette.ts';
import type { LocalModel } from '../local/index.ts';

type StatusReport = ReturnType<LocalModel['status']>;

/** The tables of `juju status --relations`, as lines. */
export function statusTable(report: StatusReport, palette: Palette): string[] {
  const { applications, relations, model } = report;
  const tables = [
    table(
      ['Model', 'Controller', 'Version'],
      [[model.name, 'charmwright local', model.version]],
      palette,
    ),
    table(
      ['App', 'Version', 'Status', 'Charm', 'Message'],
      applications.map(({ name, version, status, charm }) => [
        name,
        version ?? '',
        status.status,
        charm ?? '(no charm)',
        status.message,
      ]),
      palette,
    ),
    table(
      ['Unit', 'Workload', 'Agent', 'Address', 'Ports', 'Message'],
      applications.flatMap(({ units }) =>
        units.map(({ name, leader, workload, agent, address, ports }) => [
          `${name}${leader ? '*' : ''}`,
          workload.status,
          agent.status,
          address ?? '',
          ports.join(','),
          workload.message,
        ]),
      ),
      palette,
    ),
    table(
      ['Provider', 'Requirer', 'Interface', 'Type'],
      relations.map(({ provider, requirer, interface: spoken, kind }) => [
        provider,
        requirer,
        spoken,
        kind,
      ]),
      palette,
    ),
  ];
  return tables.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  palette: Palette,
): string[] {
  const widths = head.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (
    cells: readonly string[],
    paint: (cell: string, column: number) => string,
  ): string =>
    cells
      .map((cell, column) => paint(cell.padEnd(widths[column] ?? 0), column))
      .join('  ')
      .trimEnd();
  const isStatus = (column: number): boolean => ['Status', 'Workload'].includes(head[column] ?? '');
  return [
    line(head, (cell) => palette.strong(cell)),
    ...rows.map((row) =>
      line(row, (cell, column) =>
        isStatus(column) ? statusPaint(palette, cell.trim())(cell) : cell,
      ),
    ),
  ];
}
