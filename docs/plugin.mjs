// A typedoc plugin that shows documents by their titles, and operations as what they are. A pointwise operation is a constant that can be called:
// its page is that of a function. Every operation is also a method of Tensor (packages/autograd/src/methods.ts makes
// one from the other): the method's entry has the docstring and the parameters of the function, less its first operand.

import { Converter, ReflectionKind } from "typedoc";

/** @param {import("typedoc").Application} app */
export function load(app) {
  // Before typedoc hands the @param tags out to the parameters.
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => describe(project), null, 1000);
}

function describe(project) {
  project.documents?.forEach(nameByTitle);
  describeOperations(project);
}

function nameByTitle(document) {
  const [text] = document.content;
  const title = text.text.match(/^# (.*)\n/);
  document.name = title[1];
  // The page has its name for a heading.
  text.text = text.text.slice(title[0].length);
}

function describeOperations(project) {
  project.getReflectionsByKind(ReflectionKind.Variable).forEach(showAsFunction);
  const classes = project.getReflectionsByKind(ReflectionKind.Class);
  const tensor = classes.find(({ name }) => name === "Tensor");
  const operations = new Map(
    // Methods of several signatures are declared one by one, with words of their own.
    tensor.parent.children
      .filter(({ signatures }) => signatures?.length === 1)
      .map((one) => [one.name, one.signatures[0]]),
  );
  // The parameters of modules are tensors too: their pages carry the methods as inherited ones.
  for (const { children } of classes.filter((one) => one === tensor || extendsTensor(one))) {
    for (const property of children.filter(({ kind }) => kind === ReflectionKind.Property)) {
      const operation = operations.get(property.name);
      const signature = callSignature(property.type);
      if (operation === undefined || signature === undefined) continue;
      showAs(ReflectionKind.Method, property, signature);
      signature.parameters = operation.parameters.slice(1);
      signature.comment = operation.comment?.clone();
      signature.comment?.removeTags("@param");
    }
  }
}

function showAsFunction(variable) {
  const signature = callSignature(variable.type);
  if (signature === undefined) return;
  showAs(ReflectionKind.Function, variable, signature);
  signature.comment = variable.comment;
  variable.comment = undefined;
}

/** The one call signature of a function type, or of an intersection such as a function with properties. */
function callSignature(type) {
  const types = type?.type === "intersection" ? type.types : [type];
  const signatures = types.flatMap((one) => one?.declaration?.signatures ?? []);
  return signatures.length === 1 ? signatures[0] : undefined;
}

function showAs(kind, reflection, signature) {
  signature.name = reflection.name;
  signature.parent = reflection;
  reflection.kind = kind;
  reflection.signatures = [signature];
  reflection.type = undefined;
}

const extendsTensor = ({ extendedTypes }) => extendedTypes?.some(({ name }) => name === "Tensor");
