/** Counts of what held and what did not: {passed, failed}, both whole numbers. */

/** The sum of several counts. */
export function sumCounts(all) {
  return all.reduce((sum, each) => ({ passed: sum.passed + each.passed, failed: sum.failed + each.failed }), {
    passed: 0,
    failed: 0,
  });
}

/** A step that either holds or does not. */
export function countOne(held) {
  return held ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/**
 * The counts in vitest's JSON report, stricter than its own: a file that could not be loaded, a skipped test, an
 * unsuccessful end without a failed test, and no test at all each count as a failure.
 */
export function countVitest(report, exitCode) {
  if (report === undefined) return { passed: 0, failed: 1 };
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const passed = report.numPassedTests;
  let failed = report.numFailedTests + report.numPendingTests + report.numTodoTests + brokenFiles;
  if (failed === 0 && (exitCode !== 0 || passed === 0)) failed = 1;
  return { passed, failed };
}
