package io.bcn.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.DatabaseName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * A view's metadata file, with every field that it holds, known or not. <i>Source</i>: Iceberg's
 * view spec.
 */
public final class ViewMetadataFile {
  static final String THING = "view metadata file";
  private static final String METADATA_PATH = "write.metadata.path";
  private static final int NEWEST_FORMAT_VERSION = 1;

  private final String fileLocation;
  private final JsonNode root;

  private ViewMetadataFile(String fileLocation, JsonNode root) {
    this.fileLocation = fileLocation;
    this.root = root;
  }

  /**
   * Parses the bytes, gzipped or not.
   *
   * <p><i>Fails</i> with DAMAGED where they are no whole metadata file of a view, with UNSUPPORTED
   * for an unknown format version.
   */
  public static ViewMetadataFile parse(String location, byte[] bytes) {
    ViewMetadataFile file = new ViewMetadataFile(location, MetadataJson.parse(location, bytes));
    file.checkVersion();
    file.uuid();
    file.location();
    return file;
  }

  public String uuid() {
    return requiredText("view-uuid");
  }

  /** The view's base location, as it is written. */
  public String location() {
    return requiredText("location");
  }

  /** The folders that new files of the view go to, its location first. */
  public List<String> roots() {
    List<String> roots = new ArrayList<>(List.of(location()));
    JsonNode own = root.path("properties").path(METADATA_PATH);
    if (own.isTextual()) {
      roots.add(own.textValue());
    }
    return roots;
  }

  public int versionCount() {
    return root.path("versions").size();
  }

  /** All versions as Iceberg's view spec has them, each with its SQL in all dialects. */
  public JsonNode versions() {
    return root.path("versions").deepCopy();
  }

  public int currentVersion() {
    return root.path("current-version-id").asInt();
  }

  /** All schemas that versions refer to. */
  public JsonNode schemas() {
    return root.path("schemas").deepCopy();
  }

  public int formatVersion() {
    return root.path("format-version").intValue();
  }

  /** Sorted by key. */
  public SortedMap<String, String> properties() {
    SortedMap<String, String> properties = new TreeMap<>();
    root.path("properties")
        .properties()
        .forEach(property -> properties.put(property.getKey(), property.getValue().asText()));
    return properties;
  }

  /** Keys of the properties whose values hold a source root and that are not rewritten. Sorted. */
  public List<String> propertiesThatMention(LocationMapping mapping) {
    return root.path("properties").properties().stream()
        .filter(property -> !property.getKey().equals(METADATA_PATH))
        .filter(property -> mapping.mentionsSource(property.getValue().asText()))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  /** Whether a version names the catalog: in its SQL, or as its default. */
  public boolean speaksOfCatalog(String catalog) {
    return anyVersion(
        version ->
            version.path("default-catalog").asText().equalsIgnoreCase(catalog)
                || sqlHolds(version, name(catalog)));
  }

  /** The same for a database. */
  public boolean speaksOfDatabase(DatabaseName database) {
    String name =
        database.levels().stream()
            .map(ViewMetadataFile::name)
            .collect(Collectors.joining("\\s*\\.\\s*"));
    return anyVersion(
        version -> defaultNamespace(version).equals(database.levels()) || sqlHolds(version, name));
  }

  /**
   * The file for another place, in the codec that the target's name asks for: only locations and
   * the UUID change, SQL never does.
   */
  public byte[] relocated(LocationMapping mapping, UUID uuid, String targetLocation) {
    ObjectNode copy = root.deepCopy();
    copy.put("view-uuid", uuid.toString());
    copy.put("location", mapping.map(location()));
    if (copy.get("properties") instanceof ObjectNode properties && properties.has(METADATA_PATH)) {
      properties.put(METADATA_PATH, mapping.map(properties.get(METADATA_PATH).asText()));
    }
    return MetadataJson.print(copy, targetLocation);
  }

  private boolean anyVersion(Predicate<JsonNode> test) {
    return StreamSupport.stream(root.path("versions").spliterator(), false).anyMatch(test);
  }

  private static List<String> defaultNamespace(JsonNode version) {
    List<String> levels = new ArrayList<>();
    version.path("default-namespace").forEach(level -> levels.add(level.asText()));
    return levels;
  }

  /** A name within SQL of any dialect: bare, or in one of the quotes that dialects have. */
  private static String name(String name) {
    return "[`\"\\[]?" + Pattern.quote(name) + "[`\"\\]]?";
  }

  private static boolean sqlHolds(JsonNode version, String name) {
    Pattern qualifier = Pattern.compile("(?i)(?<![\\w$])" + name + "\\s*\\.");
    for (JsonNode representation : version.path("representations")) {
      if (qualifier.matcher(representation.path("sql").asText()).find()) {
        return true;
      }
    }
    return false;
  }

  private void checkVersion() {
    JsonNode version = root.path("format-version");
    if (!version.isIntegralNumber()) {
      throw Damage.of(THING, fileLocation, "it has no number 'format-version'");
    }
    if (version.intValue() > NEWEST_FORMAT_VERSION) {
      throw new BcnException(
          ErrorCode.UNSUPPORTED,
          "Cannot read %s '%s': format version %d is newer than %d, the newest that this version of BCN knows"
              .formatted(THING, fileLocation, version.intValue(), NEWEST_FORMAT_VERSION),
          "Use a newer version of BCN for this view, or leave the view out.");
    }
  }

  private String requiredText(String field) {
    JsonNode value = root.path(field);
    if (!value.isTextual() || value.textValue().isEmpty()) {
      throw Damage.of(THING, fileLocation, "it has no text '%s'".formatted(field));
    }
    return value.textValue();
  }
}
