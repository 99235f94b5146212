import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import procedures.states
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('procedures', '0012_search_columns'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FruitlessSearch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(max_length=100, unique=True)),
                ('count', models.PositiveIntegerField(default=1)),
                ('last_seen', models.DateTimeField()),
                ('dismissed_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Synonym',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[(procedures.states.SynonymKind['SHORT'], procedures.states.SynonymKind['SHORT']), (procedures.states.SynonymKind['MEANING'], procedures.states.SynonymKind['MEANING']), (procedures.states.SynonymKind['FILLER'], procedures.states.SynonymKind['FILLER'])], max_length=10)),
                ('phrase', models.CharField(max_length=100)),
                ('folded', models.CharField(max_length=100, unique=True)),
                ('meaning', models.CharField(blank=True, max_length=300)),
                ('is_active', models.BooleanField(default=True)),
                ('revision', models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name='SynonymChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('before', models.CharField(blank=True, max_length=500)),
                ('after', models.CharField(max_length=500)),
                ('reason', models.CharField(max_length=1000)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.AddConstraint(
            model_name='synonym',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', procedures.states.SynonymKind['FILLER']), ('meaning', '')), models.Q(models.Q(('kind', procedures.states.SynonymKind['FILLER']), _negated=True), models.Q(('meaning', ''), _negated=True)), _connector='OR'), name='synonym_has_a_meaning_unless_it_is_a_filler'),
        ),
        migrations.AddField(
            model_name='fruitlesssearch',
            name='synonym',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='procedures.synonym'),
        ),
        migrations.AddField(
            model_name='synonymchange',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='synonymchange',
            name='synonym',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='procedures.synonym'),
        ),
        migrations.AddIndex(
            model_name='fruitlesssearch',
            index=models.Index(fields=['-count', 'id'], name='fruitless_most_asked'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='synonymchange',
            trigger=pgtrigger.compiler.Trigger(name='synonym_change_is_immutable', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c663b3995502164291c02037955fe3f6c0e71f94', operation='UPDATE OR DELETE', pgid='pgtrigger_synonym_change_is_immutable_cf5f2', table='procedures_synonymchange', when='BEFORE')),
        ),
    ]
