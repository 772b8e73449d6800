import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const ROOT = join(__dirname, '..', '..');

interface Rule {
  alert: string;
  expr: string;
  annotations: { summary: string; runbook: string };
}

export function alertRules(): Rule[] {
  const file = parse(readFileSync(join(ROOT, 'ops', 'prometheus', 'alerts.yml'), 'utf8')) as {
    groups: { rules: Rule[] }[];
  };
  return file.groups.flatMap(({ rules }) => rules);
}

interface Panel {
  title: string;
  targets?: { expr: string }[];
}

function panels(): Panel[] {
  const file = readFileSync(join(ROOT, 'ops', 'grafana', 'autoposting-billing.json'), 'utf8');
  return (JSON.parse(file) as { panels: Panel[] }).panels;
}

/** What the panels of the dashboard are called; rows are not panels. */
export function panelTitles(): string[] {
  return panels()
    .filter(({ targets }) => targets)
    .map(({ title }) => title);
}

/** Every query of the dashboard, with Grafana's own variable made a span that Prometheus knows. */
export function dashboardQueries(): string[] {
  return panels()
    .flatMap(({ targets }) => targets ?? [])
    .map(({ expr }) => expr.replaceAll('$__rate_interval', '1m'));
}

/** Names of metrics in a query, as far as they are of this service or of its process. */
export function metricNames(query: string): string[] {
  return [...query.matchAll(/\b(?:billing|nodejs|process)_\w+/g)].map(([name]) => name);
}

/** The pages for people who were woken, by their path from the root. */
export function runbookPages(): Map<string, string> {
  const folder = join('docs', 'runbook');
  const files = readdirSync(join(ROOT, folder)).filter((name) => name !== 'README.md');
  return new Map(files.map((name) => [`${folder}/${name}`, readFileSync(join(ROOT, folder, name), 'utf8')]));
}
