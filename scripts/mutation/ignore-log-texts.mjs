import { PluginKind, declareValuePlugin } from '@stryker-mutator/api/plugin';

/** What is passed to `logger.warn(…)` and the like. */
const isLogCall = ({ node }) =>
  node.type === 'CallExpression' &&
  node.callee.type === 'MemberExpression' &&
  /^(log|warn|error|debug)$/.test(node.callee.property.name) &&
  /(^|\.)logger$/.test(nameOf(node.callee.object));

const nameOf = (node) => {
  if (node.type === 'Identifier') return node.name;
  return node.type === 'MemberExpression' ? `${nameOf(node.object)}.${node.property.name}` : '';
};

const isLoggerName = ({ node }) => node.type === 'NewExpression' && node.callee.name === 'Logger';

const isText = ({ node }) => node.type === 'StringLiteral' || node.type === 'TemplateLiteral';

/** Texts of logs and names of loggers; the calls themselves, and what is computed for them, are not left out. */
export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, 'log-texts', {
    shouldIgnore(path) {
      if (!isText(path)) return undefined;
      const isOfLog = path.findParent((parent) => isLogCall(parent) || isLoggerName(parent));
      return isOfLog ? 'The wording of a log.' : undefined;
    },
  }),
];
