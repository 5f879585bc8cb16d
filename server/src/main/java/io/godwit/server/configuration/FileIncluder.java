package io.godwit.server.configuration;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseable;
import java.io.File;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Includes files and nothing else: a configuration must not reach for the network or the class
 * path. As HOCON has it, a missing file is left out unless it is {@code required(...)}. For one
 * thread and one load.
 */
final class FileIncluder
        implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {

    /** Files that include each other twice would double for ever. */
    private static final int MOST = 100;

    private final List<Path> files;
    private int count;

    /**
     * For one load.
     *
     * @param files where it notes what it includes
     */
    FileIncluder(List<Path> files) {
        this.files = files;
    }

    @Override
    public ConfigIncluder withFallback(ConfigIncluder fallback) {
        return this;
    }

    @Override
    public ConfigObject include(ConfigIncludeContext context, String what) {
        counted();
        @Nullable ConfigParseable included = context.relativeTo(what);
        if (included == null || included.origin().filename() == null) {
            if (context.parseOptions().getAllowMissing()) {
                return ConfigFactory.empty().root();
            }
            throw new ConfigException.Generic("the included file '" + what + "' doesn't exist");
        }
        files.add(Path.of(included.origin().filename()));
        return included.parse(context.parseOptions());
    }

    @Override
    public ConfigObject includeFile(ConfigIncludeContext context, File what) {
        counted();
        files.add(what.toPath());
        return ConfigFactory.parseFile(what, context.parseOptions()).root();
    }

    @Override
    public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
        throw new ConfigException.Generic(
                "include url(" + what + ") is not possible: only files can be included");
    }

    @Override
    public ConfigObject includeResources(ConfigIncludeContext context, String what) {
        throw new ConfigException.Generic(
                "include classpath(" + what + ") is not possible: only files can be included");
    }

    private void counted() {
        count++;
        if (count > MOST) {
            throw new ConfigException.Generic(
                    "more than " + MOST + " includes: do files include each other?");
        }
    }
}
