/**
 * Counts of what held and what did not: {passed, failed}, both whole numbers, and of a suite also `complaints`: a line for
 * each test or file that did not hold.
 */

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
  if (report === undefined) return { passed: 0, failed: 1, complaints: ['no report was written'] };
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const passed = report.numPassedTests;
  let failed = report.numFailedTests + report.numPendingTests + report.numTodoTests + brokenFiles;
  if (failed === 0 && (exitCode !== 0 || passed === 0)) failed = 1;
  return { passed, failed, complaints: report.testResults.flatMap(complaintsOf) };
}

/** Which tests of a file failed, each with the first line of why; or why the file itself could not be run. */
function complaintsOf(file) {
  const failed = file.assertionResults.filter((test) => test.status === 'failed');
  if (failed.length === 0 && file.status === 'failed') return [`${file.name}: ${firstLine(file.message)}`];
  return failed.map((test) => `${test.fullName}: ${firstLine(test.failureMessages[0])}`);
}

function firstLine(text) {
  return (text ?? '').split('\n', 1)[0];
}
