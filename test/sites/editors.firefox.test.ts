import { describeEditors } from './support/editor-suite.ts';

describeEditors('firefox');
