#include "conformance/target/target_file.hpp"

#include "conformance/toml_reader.hpp"

namespace fullcone::conformance {

TargetFile parse_target(std::string_view text, const std::string& name) {
  const toml::table table = parse_toml(text, name);
  const TomlReader reader(name, table, {"name", "needs", "arguments", "file", "program"});
  TargetFile target{.name = reader.text("name"),
                    .needs = reader.texts("needs"),
                    .files = {},
                    .programs = {},
                    .arguments = reader.texts("arguments")};
  reader.tables("file", {"path", "text"}, [&](const TomlReader& file) {
    target.files.push_back({file.text("path"), file.text("text")});
  });
  reader.tables("program", {"command", "ready"}, [&](const TomlReader& program) {
    target.programs.push_back({program.text("command"), program.text_or_none("ready")});
  });
  if (target.arguments.empty()) throw TargetError(name + ": \"arguments\" is missing or empty");
  return target;
}

TargetFile read_target(const std::filesystem::path& file) {
  return parse_target(read_text(file), file.string());
}

}  // namespace fullcone::conformance
