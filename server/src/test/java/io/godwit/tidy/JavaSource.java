package io.godwit.tidy;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.NewArrayTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * One Java source file as the compiler's parser sees it.
 *
 * @param path from the top of the repository
 * @param text the whole file
 * @param classes the simple names of its classes, nested ones too
 * @param methods its methods, those of nested classes too
 * @param sleeps the lines with a call such as {@code Thread.sleep}
 * @param citations what its {@code @Spec} annotations say
 */
record JavaSource(
        String path,
        String text,
        List<String> classes,
        List<Method> methods,
        List<Long> sleeps,
        List<Citation> citations) {

    /** A method or constructor of the class with the simple name {@code owner}. */
    record Method(String owner, String name, long firstLine, long lastLine) {}

    /**
     * A statement, as {@code v5 MQTT-3.3.1-2}, that {@code test} (a class, or class and method)
     * cites.
     */
    record Citation(String statement, String test) {}

    boolean isTest() {
        return path.contains("/src/test/");
    }

    /** Parses all of {@code files}. */
    static List<JavaSource> parse(List<Path> files) {
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var manager = compiler.getStandardFileManager(null, null, null)) {
            return parse(
                    manager.getJavaFileObjectsFromPaths(files),
                    file -> Repository.relative(Path.of(file.toUri())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Parses sources that may be anywhere; {@code nameOf} gives each its path. */
    static List<JavaSource> parse(
            Iterable<? extends JavaFileObject> files,
            java.util.function.Function<JavaFileObject, String> nameOf)
            throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        JavacTask task =
                (JavacTask) compiler.getTask(null, null, null, List.of("-proc:none"), null, files);
        SourcePositions positions = Trees.instance(task).getSourcePositions();
        List<JavaSource> sources = new ArrayList<>();
        for (CompilationUnitTree unit : task.parse()) {
            JavaFileObject file = unit.getSourceFile();
            JavaSource source =
                    new JavaSource(
                            nameOf.apply(file),
                            file.getCharContent(true).toString(),
                            new ArrayList<>(),
                            new ArrayList<>(),
                            new ArrayList<>(),
                            new ArrayList<>());
            new Reader(source, unit, positions).scan(unit, null);
            sources.add(source);
        }
        return sources;
    }

    /** Fills a {@link JavaSource} from its tree. */
    private static final class Reader extends TreeScanner<@Nullable Void, @Nullable Void> {

        private final JavaSource source;
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final Deque<String> owners = new ArrayDeque<>();

        Reader(JavaSource source, CompilationUnitTree unit, SourcePositions positions) {
            this.source = source;
            this.unit = unit;
            this.positions = positions;
        }

        @Override
        public @Nullable Void visitClass(ClassTree tree, @Nullable Void unused) {
            String name = tree.getSimpleName().toString();
            if (!name.isEmpty()) { // an anonymous class has none
                source.classes.add(name);
                cite(tree.getModifiers(), name);
            }
            owners.push(name);
            super.visitClass(tree, null);
            owners.pop();
            return null;
        }

        @Override
        public @Nullable Void visitMethod(MethodTree tree, @Nullable Void unused) {
            String owner = owners.element();
            String name =
                    tree.getName().contentEquals("<init>") ? owner : tree.getName().toString();
            source.methods.add(
                    new Method(
                            owner,
                            name,
                            line(positions.getStartPosition(unit, tree)),
                            line(positions.getEndPosition(unit, tree))));
            cite(tree.getModifiers(), owner + "." + name);
            return super.visitMethod(tree, null);
        }

        @Override
        public @Nullable Void visitMethodInvocation(
                MethodInvocationTree tree, @Nullable Void unused) {
            String called = tree.getMethodSelect().toString();
            if (called.equals("sleep") || called.endsWith(".sleep")) {
                source.sleeps.add(line(positions.getStartPosition(unit, tree)));
            }
            return super.visitMethodInvocation(tree, null);
        }

        private void cite(ModifiersTree modifiers, String test) {
            for (AnnotationTree annotation : modifiers.getAnnotations()) {
                String type = annotation.getAnnotationType().toString();
                if (type.equals("Spec") || type.equals("io.godwit.spec.Spec")) {
                    annotation.getArguments().forEach(argument -> cite(argument, test));
                }
            }
        }

        private void cite(ExpressionTree argument, String test) {
            switch (argument) {
                case LiteralTree literal ->
                        source.citations.add(
                                new Citation(String.valueOf(literal.getValue()), test));
                case NewArrayTree array ->
                        array.getInitializers().forEach(element -> cite(element, test));
                case AssignmentTree assignment -> cite(assignment.getExpression(), test);
                default ->
                        throw new IllegalArgumentException(
                                "%s: @Spec of %s must hold plain strings, not %s"
                                        .formatted(source.path, test, argument));
            }
        }

        private long line(long position) {
            return unit.getLineMap().getLineNumber(position);
        }
    }
}
