using System.Xml.Linq;
using Plimsoll.Testing;

namespace Plimsoll.Architecture.Tests;

/// <summary>The river flows one way: which project may see which, and how pure each one is.</summary>
public sealed class ProjectTests
{
    /// <summary>A new project is added here on purpose, with what it may see.</summary>
    private static readonly Dictionary<string, (string? Purity, string[] MaySee)> Projects = new()
    {
        ["Core"] = ("Pure", []),
        ["Workloads"] = ("Repeatable", ["Core"]),
        ["Performance"] = ("Repeatable", ["Core"]),
        ["Optimization"] = ("Repeatable", ["Core"]),
        ["Policies"] = ("Pure", ["Core"]),
        ["Serving"] = ("Pure", ["Core", "Policies", "Performance"]),
        ["Metrics"] = ("Repeatable", ["Core"]),
        ["Simulation"] = ("Repeatable", ["Core", "Workloads", "Policies", "Performance", "Serving", "Metrics"]),
        ["Planning"] = ("Repeatable", ["Core", "Workloads", "Policies", "Performance", "Serving", "Metrics", "Simulation"]),
        ["Calibration"] = ("Repeatable", ["Core", "Workloads", "Policies", "Performance", "Serving", "Metrics", "Simulation"]),
        ["Wire"] = ("Repeatable", ["Core"]),
        ["Gateway"] = (null, ["Core", "Policies", "Performance", "Serving", "Metrics", "Wire"]),
        ["LoadGen"] = (null, ["Core", "Workloads", "Metrics", "Wire"]),
        ["Cli"] = (null,
        [
            "Core", "Workloads", "Policies", "Performance", "Serving", "Metrics", "Simulation", "Optimization", "Planning", "Calibration", "Wire",
            "Gateway", "LoadGen",
        ]),
    };

    [Fact]
    public void Every_project_is_listed_here() => Assert.Equal(
        Projects.Keys.Order(StringComparer.Ordinal),
        SourceProject.All.Select(project => project.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Projects_see_only_what_is_allowed() => Assert.All(SourceProject.All, project =>
        Assert.Empty(project.References.Except(Projects[project.Name].MaySee)));

    [Fact]
    public void Projects_are_as_pure_as_agreed() => Assert.All(SourceProject.All, project =>
        Assert.Equal(Projects[project.Name].Purity, project.Purity));

    [Fact]
    public void Only_the_command_line_uses_packages() => Assert.All(
        SourceProject.All.Where(project => project.Name != "Cli"),
        project => Assert.Empty(project.Packages));

    [Fact]
    public void Builders_and_oracles_for_tests_see_only_what_they_imitate() => Assert.Equal(
        ["Core", "Serving", "Workloads"],
        SourceProject.Read("tests/Plimsoll.Testing/Plimsoll.Testing.csproj").References);

    [Fact]
    public void The_solution_holds_every_project() => Assert.Equal(
        SourceProject.ProjectFiles.Order(StringComparer.Ordinal),
        XElement.Load(Repository.PathOf("Plimsoll.slnx")).Descendants("Project")
            .Select(project => project.Attribute("Path")!.Value)
            .Order(StringComparer.Ordinal));
}
