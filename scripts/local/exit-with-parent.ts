// Preloaded into the programs that the launcher starts. Its death closes the channel, also after kill -9, and
// nothing that it started may outlive it.
const GRACE_MS = 5_000;

process.on('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(1), GRACE_MS).unref();
});
// The channel alone must not keep a program alive that is done.
process.channel?.unref();
